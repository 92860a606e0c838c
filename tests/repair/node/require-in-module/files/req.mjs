const fs = require("fs");
console.log(typeof fs);
