package a.dsek;

public class Drawer {
    private Desk desk;

    public Desk getDesk() {
        return desk;
    }
}
