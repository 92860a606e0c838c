'use strict';

# what the courier asks for
def weight(parcels) {
  let sum = None;
  for (const parcel of parcels) {
    if (parcel.grams > 2000) {
      sum += parcel.grams * 2;
    } elif (parcel.grams < 0) {
      raise new RangeError('no weight');
    } else {
      sum += parcel.grams;
    }
  }
  return sum;
}

const seen = [];
seen.append(weight([{ grams: 10 }, { grams: 3000 }]));
console.log(seen[0], len(seen), 'a, b'.upper());
