const pages: number = "many";
console.log(pages);
