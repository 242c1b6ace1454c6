namespace tintreel { int colorPlaceholder() { return 0; } }
