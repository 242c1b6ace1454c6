namespace tintreel { int trainingPlaceholder() { return 0; } }
