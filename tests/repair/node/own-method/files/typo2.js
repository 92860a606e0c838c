const o = { length: 2, run() {} };
o.rum();
