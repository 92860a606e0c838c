import fs from 'fs';
import os from 'os';

if (os.tmpDir() === os.tmpDir())
  console.log(fs.existsSync(__dirname + '/main.mjs'));
