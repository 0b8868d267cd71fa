// The sample city with its invented people, and an account for each who walks through the circle.

import { CITY } from "./server.mjs";

const PASSWORD = "mihon-no-mori-2018";

export const PEOPLE = {
  officer: { login: "seishonen", name: "青少年 担当", role: "youth_officer" },
  sakura: { login: "sakura", name: "架空 さくら", person: "100001", children: ["架空 はると", "架空 ゆい"] },
  yumi: { login: "yumi", name: "仮野 ゆみ", person: "200001", children: ["仮野 そうた", "仮野 あおい"] },
  ken: { login: "ken", name: "例田 けん", person: "300001", children: ["例田 りく", "例田 めい"] },
};
for (const account of Object.values(PEOPLE)) account.password = PASSWORD;

const REGISTERS = ["person", "guardianship", "facility"];

// What a server is started with.
export const WITH_PEOPLE = [
  ["apply"],
  ...REGISTERS.map((name) => ["record", "load", name, `${CITY}/data/${name}.csv`]),
];

export function addPeople(server) {
  for (const { login, name, role, person, password } of Object.values(PEOPLE)) {
    const whose = person ? ["--person", person] : ["--role", role];
    server.command(["account", "add", login, "--name", name, ...whose, "--password-stdin"], `${password}\n`);
  }
}

// The date so many days from now, in Japan.
export function dayFromNow(days) {
  const then = new Date(Date.now() + (days * 24 + 9) * 3600 * 1000);
  return then.toISOString().slice(0, 10);
}
