namespace tintreel { int projectPlaceholder() { return 0; } }
