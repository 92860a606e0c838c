console.log("abc, 1);
