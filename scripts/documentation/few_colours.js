// Runs in an empty page: a picture's pixels as places in a palette of its most frequent colours, or of those nearest.
async ([picture, most]) => {
    const blob = await (await fetch(`data:image/png;base64,${picture}`)).blob();
    const bitmap = await createImageBitmap(blob);
    const {width, height} = bitmap;
    const canvas = new OffscreenCanvas(width, height).getContext('2d');
    canvas.drawImage(bitmap, 0, 0);
    const pixels = canvas.getImageData(0, 0, width, height).data;
    const colour = at => (pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2];
    const counts = new Map();
    for (let at = 0; at < pixels.length; at += 4) counts.set(colour(at), (counts.get(colour(at)) || 0) + 1);
    const palette = [...counts].sort((one, other) => other[1] - one[1]).slice(0, most).map(([each]) => each);
    const parts = each => [each >> 16, (each >> 8) & 255, each & 255];
    const apart = (one, other) => parts(one).reduce((sum, part, index) => sum + (part - parts(other)[index]) ** 2, 0);
    const nearest = new Map(palette.map((each, index) => [each, index]));
    for (const each of counts.keys()) {
        if (nearest.has(each)) continue;
        const distances = palette.map(one => apart(each, one));
        nearest.set(each, distances.indexOf(Math.min(...distances)));
    }
    let places = '';
    for (let at = 0; at < pixels.length; at += 4) places += String.fromCharCode(nearest.get(colour(at)));
    return {width, height, palette: palette.flatMap(parts), places: btoa(places)};
}
