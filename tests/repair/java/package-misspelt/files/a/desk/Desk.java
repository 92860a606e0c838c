package a.desk;

public class Desk {
    private final Drawer drawer = new Drawer();

    public Drawer getDrawer() {
        return drawer;
    }
}
