namespace tintreel { int scenesPlaceholder() { return 0; } }
