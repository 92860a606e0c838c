const x = require("./helpr");
