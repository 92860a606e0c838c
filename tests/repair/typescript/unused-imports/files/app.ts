import { readFile, writeFile } from "./io";
import { x } from "./io";
const limit = 1;
limit = 2;
writeFile(String(limit));
