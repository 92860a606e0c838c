console.log(require("./load_c"));
