class Text {
    static String shown(Object value) {
        return trimmed((int) value);
    }

    static String trimmed(String text) {
        return text.trim();
    }
}
