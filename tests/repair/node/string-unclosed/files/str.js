console.log("abc);
