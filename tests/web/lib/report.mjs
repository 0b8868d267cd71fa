// Results as TAP-like lines. A test is a name and an async function that throws when something is wrong.

const counts = { passed: 0, failed: 0 };

export async function test(name, body) {
  try {
    await body();
    counts.passed += 1;
    console.log(`ok ${counts.passed + counts.failed} - ${name}`);
  } catch (error) {
    counts.failed += 1;
    console.log(`not ok ${counts.passed + counts.failed} - ${name}`);
    for (const line of String(error?.stack ?? error).split("\n").slice(0, 30)) console.log(`  # ${line}`);
  }
}

export function finish() {
  console.log(`1..${counts.passed + counts.failed}`);
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed === 0 && counts.passed > 0;
}
