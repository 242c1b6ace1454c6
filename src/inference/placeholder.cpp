namespace tintreel { int inferencePlaceholder() { return 0; } }
