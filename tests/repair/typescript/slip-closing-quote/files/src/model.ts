export interface Reading {
  sensor: string;
  celsius: number;
  takenAt: Date;
}

export type Summary = {
  sensor: string;
  minimum: number;
  maximum: number;
  readings: number;
};

export enum Unit {
  Celsius,
  Fahrenheit,
}

export function convert(celsius: number, unit: Unit): number {
  switch (unit) {
    case Unit.Fahrenheit:
      return celsius * 1.8 + 32;
    default:
      return celsius;
  }
}
