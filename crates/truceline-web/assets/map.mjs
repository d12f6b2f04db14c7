// Draws world.svg, near.svg and boxes.tsv from Natural Earth, as world-atlas carries it. How to run it: map.md.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const here = import.meta.dirname;
const need = createRequire(join(process.cwd(), "x.js"));
const topojson = need("topojson-client");
const simplify = need("topojson-simplify");
const iso = need("i18n-iso-countries");
const { geoEqualEarth, geoEquirectangular, geoPath } = await import(need.resolve("d3-geo"));
const atlas = dirname(need.resolve("world-atlas/package.json"));

// Shapes without an ISO number; what no code stands for is drawn but never lit.
const CODES = { Kosovo: "XK" };
const code = (shape) => iso.numericToAlpha2(shape.id) ?? CODES[shape.properties.name] ?? "";

// The flat rings of a shape, cut where the map's edge cuts them.
function rings(shape, projection) {
  const found = [];
  geoPath(projection, {
    moveTo: (x, y) => found.push([[x, y]]),
    lineTo: (x, y) => found.at(-1).push([x, y]),
    closePath: () => {},
  })(shape);
  return found;
}

// One path: relative steps in whole units.
function path(shape, projection) {
  let d = "";
  for (const ring of rings(shape, projection)) {
    let [x, y] = ring[0].map(Math.round);
    let step = "";
    const [left, top] = [x, y];
    for (const [a, b] of ring.slice(1).map((it) => it.map(Math.round))) {
      if (a !== x || b !== y) step += ` ${a - x} ${b - y}`;
      [x, y] = [a, b];
    }
    if (step.split(" ").length > 4) d += `M${left} ${top}l${step.slice(1)}z`;
  }
  return d.replaceAll(" -", "-");
}

function shapes(file, weight) {
  let topology = JSON.parse(readFileSync(join(atlas, file), "utf8"));
  if (weight) topology = simplify.simplify(simplify.presimplify(topology), weight);
  return topojson.feature(topology, topology.objects.countries).features
    .filter((it) => it.geometry && it.id !== "010")
    .sort((a, b) => code(a).localeCompare(code(b)) || a.properties.name.localeCompare(b.properties.name));
}

function draw(name, them, projection, box) {
  const paths = them.map((it) => {
    const id = code(it) ? ` id="${code(it)}"` : "";
    const d = path(it, projection);
    return d && `<path${id} d="${d}"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}"><g id="land">\n` +
    paths.filter(Boolean).join("\n") + "\n</g></svg>\n";
  writeFileSync(join(here, name), svg);
  console.log(name, svg.length);
}

// The same scale and middle as crates/truceline-web/src/pages/map.rs.
const world = geoEqualEarth().scale(10000 / (2 * 2.70663)).translate([5000, 2434]).precision(5);
const near = geoEquirectangular().scale((100 * 180) / Math.PI).translate([0, 0]).precision(0);
const fine = shapes("countries-50m.json", 0.002);
draw("world.svg", shapes("countries-50m.json", 0.12), world, "0 0 10000 4868");
draw("near.svg", fine, near, "-18000 -9000 36000 18000");

// Code; west, south, east, north of the largest part.
const area = (ring) => Math.abs(ring.reduce((sum, [x, y], i) => {
  const [a, b] = ring[(i + 1) % ring.length];
  return sum + x * b - a * y;
}, 0));
const rows = fine.filter(code).map((it) => {
  const [largest] = rings(it, near).sort((a, b) => area(b) - area(a));
  const xs = largest.map((it) => it[0]), ys = largest.map((it) => -it[1]);
  const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  return [code(it), ...box.map((it) => (it / 100).toFixed(2))].join("\t");
});
writeFileSync(join(here, "boxes.tsv"), "code\twest\tsouth\teast\tnorth\n" + rows.join("\n") + "\n");
