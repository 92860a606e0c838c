package north;

public class Rate {
    public int value = 1;
}
