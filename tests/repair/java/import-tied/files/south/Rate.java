package south;

public class Rate {
    public int value = 2;
}
