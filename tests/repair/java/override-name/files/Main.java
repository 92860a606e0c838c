public class Main {
    @Override
    public String tostring() {
        return "x";
    }
}
