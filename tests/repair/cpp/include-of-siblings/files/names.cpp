/*
The areas of shapes.
*/

// Their names.
const char *const Shape::names[2] = { "square", "circle" };
