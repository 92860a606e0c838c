package main

func main() {
	launchRocket()
}
