class Main {
    public static void main(String[] args) {
        System.out.println(Sum.total(new int[] {1, 2}) + Sum.total(new int[] {}));
    }
}
