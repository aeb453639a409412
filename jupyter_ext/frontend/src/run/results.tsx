/** What a run was given, and what it wrote and measured. */

import * as React from 'react';

import type { RunView } from '../api/operations';
import { counted } from '../parts/times';
import { useTools } from '../parts/tools';

export function Results({ run }: { run: RunView }): JSX.Element {
  const { trans } = useTools().workbench;
  const parameters = Object.entries(run.parameters).map(([name, value]) => [name, shown(value)]);
  const written = run.tables_written.map(use => [
    use.version === null ? use.name : `${use.name} @${use.version}`,
    use.rows === null ? '' : trans._n('%2 row', '%2 rows', use.rows, counted(use.rows))
  ]);
  const checks = run.checks.map(check => [
    check.rule,
    check.failing ? `■ ${trans.__('%1 of %2 rows fail', counted(check.failing), counted(check.rows))}` : `● ${trans.__('passed')}`
  ]);
  const metrics = Object.entries(run.metrics).map(([name, value]) => [name, counted(value)]);
  return (
    <div className="wb-Results">
      <Facts title={trans.__('Parameters')} facts={parameters} />
      <Facts title={trans.__('Written')} facts={written} />
      <Facts title={trans.__('Metrics')} facts={metrics} />
      <Facts title={trans.__('Checks')} facts={checks} />
    </div>
  );
}

function Facts({ title, facts }: { title: string; facts: string[][] }): JSX.Element | null {
  if (facts.length === 0) {
    return null;
  }
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
