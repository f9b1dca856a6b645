/* Draws the table of links as a picture. Everything in it is in the table, which works without. */
(function () {
  "use strict";
  // A shape for each kind of type, so that no colour is needed to tell them apart.
  var SHAPES = {
    "threat-actor": "triangle", "intrusion-set": "triangle", "campaign": "triangle",
    "identity": "round-rectangle", "location": "round-rectangle",
    "malware": "octagon", "tool": "octagon", "attack-pattern": "octagon",
    "vulnerability": "octagon", "infrastructure": "octagon",
    "indicator": "diamond", "observed-data": "diamond", "sighting": "diamond",
    "incident": "star", "event": "star", "impact": "star", "task": "star",
    "report": "rectangle", "note": "rectangle", "opinion": "rectangle", "grouping": "rectangle",
    "course-of-action": "rectangle"
  };
  // What has many links is larger, and its name is read from further away.
  function size(node) { return Math.min((many ? 8 : 18) + node.degree(), 40) * unit; }
  function letters(node) { return (many ? 5 + node.degree() / 4 : 11) * unit; }
  var elements = JSON.parse(document.getElementById("drawn").textContent);
  var many = elements.length > 100;
  var unit = 1; // of the layout's own length: one pixel where all of it is in sight
  var drawing = document.getElementById("drawing");
  drawing.hidden = false;
  var picture = cytoscape({
    container: document.getElementById("canvas"),
    elements: elements,
    userZoomingEnabled: false, // the wheel scrolls the page; the buttons zoom
    boxSelectionEnabled: false,
    style: [
      { selector: "node", style: {
        "shape": function (node) { return SHAPES[node.data("type")] || "ellipse"; },
        "background-color": "#ffffff", "border-color": "#1d4e89",
        "border-width": function () { return 2 * unit; },
        "z-index": function (node) { return node.degree(); },
        "width": size, "height": size, "label": "data(label)", "text-wrap": "wrap",
        "text-valign": "bottom", "text-margin-y": 3, "color": "#0b0c0c",
        "font-size": function (node) { return Math.min(letters(node), 16 * unit); },
        "min-zoomed-font-size": 8 } },
      { selector: "node[came = 'no']", style: { "border-style": "dashed", "border-color": "#4a5055" } },
      { selector: "edge", style: {
        "width": function () { return unit; }, "line-color": "#767c80", "curve-style": "bezier",
        "target-arrow-shape": "triangle", "target-arrow-color": "#767c80", "arrow-scale": 0.7,
        "label": "data(label)", "color": "#4a5055", "text-rotation": "autorotate",
        "text-background-color": "#ffffff", "text-background-opacity": 0.8,
        "font-size": function () { return (many ? 5 : 8) * unit; }, "min-zoomed-font-size": 9 } }
    ],
    layout: {
      name: "cose", animate: false, randomize: true, nodeDimensionsIncludeLabels: !many,
      nodeRepulsion: function () { return many ? 400000 : 30000; },
      idealEdgeLength: function () { return many ? 70 : 60; },
      numIter: many ? 250 : 1000
    }
  });
  // The layout is as high as it is wide, and the screen is not.
  var box = picture.nodes().boundingBox({ includeLabels: false });
  var wide = picture.width() / picture.height() * box.h / box.w;
  if (wide > 1 && isFinite(wide)) {
    picture.nodes().positions(function (node) {
      return { x: node.position("x") * wide, y: node.position("y") };
    });
  }
  picture.fit(undefined, 40);
  unit = 1 / picture.zoom();
  picture.style().update();
  drawing.dataset.drawn = picture.nodes().length;
  drawing.addEventListener("click", function (event) {
    var factor = Number(event.target.dataset.zoom);
    if (event.target.dataset.zoom === undefined) { return; }
    if (factor === 0) { picture.fit(undefined, 40); return; }
    picture.zoom({
      level: picture.zoom() * factor,
      renderedPosition: { x: picture.width() / 2, y: picture.height() / 2 }
    });
  });
})();
