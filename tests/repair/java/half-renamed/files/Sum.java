class Sum {
    static int totalValue(int[] list) {
        int n = 0;
        for (int v : list) n += v;
        return n;
    }
}
