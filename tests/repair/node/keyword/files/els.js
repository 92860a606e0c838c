if (1) {
} esle {
}
