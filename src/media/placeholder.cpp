namespace tintreel { int mediaPlaceholder() { return 0; } }
