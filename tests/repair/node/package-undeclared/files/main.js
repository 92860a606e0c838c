require("no-such-thing-anywhere");
