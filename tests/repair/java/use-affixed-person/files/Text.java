class Text {
    static String shown(String value) {
        return trimmedValue(value) + trimmed(value);
    }

    static String trimmed(String text) {
        return text.trim();
    }
}
