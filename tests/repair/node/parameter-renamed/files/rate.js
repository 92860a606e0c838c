'use strict';

const rates = {
  parcel: function (newKey, grams) {
    const found = { light: 1, heavy: 2 }[key];
    return found * grams;
  },
};

console.log(rates.parcel('heavy', 10));
