fn main() {
    launch_rocket(3);
}
