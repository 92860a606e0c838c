
export class Report {
  private readonly summaries = new Map<string, Summary>();

  constructor(private readonly unit: Unit = Unit.Celsius) {}

  add(reading: Reading): void {
    const degrees = convert(reading.celsius, this.unit);
    const summary = this.summaries.get(reading.sensor);
    if (summary === undefined) {
      this.summaries.set(reading.sensor, {
        sensor: reading.sensor,
        minimum: degrees,
        maximum: degrees,
        readings: 1,
      });
      return;
    }
    summary.minimum = Math.min(summary.minimum, degrees);
    summary.maximum = Math.max(summary.maximum, degrees);
    summary.readings += 1;
  }

  lines(): string[] {
    return Array.from(this.summaries.values())
      .sort((left, right) => left.sensor.localeCompare(right.sensor))
      .map((summary) => `${summary.sensor}: ${summary.minimum.toFixed(1)} to ${summary.maximum.toFixed(1)}`);
  }
}

export function parse(line: string): Reading | undefined {
  const [sensor, value, time] = line.split(' ');
  if (sensor === '' || Number.isNaN(Number(value))) {
    return undefined;
  }
  return { sensor, celsius: Number(value), takenAt: new Date(time) };
}
