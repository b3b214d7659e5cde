// Runs in a page before anything of its own, and looks for what people would stumble over.
window.walk = (() => {
    const shifts = [];
    const short = each => each.outerHTML.replace(/\s+/g, ' ').slice(0, 140);
    new PerformanceObserver(list => list.getEntries().forEach(each => shifts.push(
        `${each.value.toFixed(4)} ${each.sources.map(one => one.node && one.node.outerHTML ? short(one.node) : '').join()}`
    ))).observe({type: 'layout-shift', buffered: true});

    const LOOKS = ['outlineStyle', 'outlineWidth', 'outlineColor', 'boxShadow', 'backgroundColor', 'borderTopColor',
        'borderTopWidth', 'color', 'fill', 'stroke', 'strokeWidth', 'opacity', 'visibility'];
    const looks = each => [each, each.nextElementSibling, each.parentElement, ...each.querySelectorAll('*')]
        .filter(Boolean).map(one => LOOKS.map(look => getComputedStyle(one)[look]).join()).join();

    function tabbable() {
        const stops = [];
        const groups = new Map();
        const reachable = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]';
        for (const each of document.querySelectorAll(reachable)) {
            if (each.disabled || each.tabIndex < 0 || each.closest('[inert]')) continue;
            if (!each.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true})) continue;
            if (each.type === 'radio') {  // the keyboard stops once at a group of them
                const first = groups.get(each.form)?.[each.name];
                if (first !== undefined) {
                    if (each.checked) stops[first] = each;
                    continue;
                }
                groups.set(each.form, {...groups.get(each.form), [each.name]: stops.length});
            }
            stops.push(each);
        }
        return stops;
    }

    let stops, before, reached, faults, unseen;
    function begin() {
        window.getSelection().removeAllRanges();
        document.body.tabIndex = -1;  // the keyboard goes on from where it was last, even after a blur
        document.body.focus();
        document.body.removeAttribute('tabindex');
        window.scrollTo(0, 0);
        [stops, reached, faults, unseen] = [tabbable(), new Set(), [], []];
        before = stops.map(looks);
        return stops.length;
    }

    // A stop is judged as the next key goes down: by then it is scrolled into sight.
    addEventListener('keydown', event => { if (event.key === 'Tab' && stops) judge(); }, true);
    function judge() {
        const here = document.activeElement;
        if (!here || here === document.body || reached.has(here)) return;
        const isFirst = reached.size === 0;
        reached.add(here);
        if (isFirst && !(here.getAttribute('href') || '').startsWith('#')) {
            faults.push(`the first stop is no skip link: ${short(here)}`);
        }
        if (!stops.includes(here)) faults.push(`reached, yet hidden: ${short(here)}`);
        else if (!isInSight(here)) unseen.push(here);
        else if (!looksReached(here)) faults.push(`does not show that it is reached: ${short(here)}`);
    }

    const looksReached = here => looks(here) !== before[stops.indexOf(here)];
    function isInSight(here) {
        const box = here.getBoundingClientRect();
        return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    }

    // A browser that is busy scrolls late: what was out of sight gets the focus once more, and two seconds.
    async function ended() {
        judge();
        for (const here of unseen) {
            here.focus({focusVisible: true});
            const until = performance.now() + 2000;
            while (!isInSight(here) && performance.now() < until) await new Promise(requestAnimationFrame);
            if (!isInSight(here)) faults.push(`reached out of sight: ${short(here)}`);
            else if (!looksReached(here)) faults.push(`does not show that it is reached: ${short(here)}`);
        }
        return [...faults, ...stops.filter(each => !reached.has(each)).map(each => `never reached: ${short(each)}`)];
    }

    // What scripts changed in a page, they lack who have none; a page that stands as it was sent is the same to both.
    function isAsSent(html) {
        return new DOMParser().parseFromString(html, 'text/html').documentElement.isEqualNode(document.documentElement);
    }

    function sideways() {
        const root = document.documentElement;
        if (root.scrollWidth <= root.clientWidth) return [];
        const wide = [...document.querySelectorAll('body *')]
            .filter(each => each.getBoundingClientRect().right > root.clientWidth + 0.5).map(short);
        return [`${root.scrollWidth} wide at ${root.clientWidth}`, ...wide.slice(0, 5)];
    }

    function moving() {
        return [...document.querySelectorAll('*')].filter(each => {
            const style = getComputedStyle(each);
            return style.animationName !== 'none' || style.scrollBehavior === 'smooth'
                || style.transitionDuration.split(', ').some(one => parseFloat(one) > 0);
        }).map(short);
    }

    function chartsAlone() {
        return [...document.querySelectorAll('main svg')]
            .filter(each => !each.parentElement.closest('svg') && !each.closest('[aria-hidden=true], table'))
            .filter(each => !each.closest('figure, section, article, main').querySelector('table'))
            .map(short);
    }

    function errors(isError) {
        const summary = document.querySelector('main .govuk-error-summary');
        const inline = [...document.querySelectorAll('.govuk-error-message')];
        const said = each => each.innerText.replace(/^\s*Error:\s*/, '').trim();
        if (!isError) return [...(summary ? [summary] : []), ...inline].map(short);
        if (!summary) return ['no summary of what is wrong'];
        const faults = [];
        if (!document.title.startsWith('Error: ')) faults.push(`the title is ${document.title}`);
        if (document.activeElement !== summary) faults.push('the summary has not the focus');
        const heading = document.querySelector('h1');
        if (heading.compareDocumentPosition(summary) & Node.DOCUMENT_POSITION_FOLLOWING) faults.push('it is below');
        const links = [...summary.querySelectorAll('a')];
        for (const link of links) {
            const field = document.querySelector(link.hash);
            if (!field || !field.matches('input, select, textarea')) faults.push(`${link.hash} is no field`);
            if (!inline.some(each => said(each) === link.innerText)) faults.push(`not at its field: ${link.innerText}`);
        }
        if (links.length === 0) faults.push('nothing is said to be wrong');
        const unlisted = inline.filter(each => !links.some(link => link.innerText === said(each)));
        return [...faults, ...unlisted.map(each => `not in the summary: ${said(each)}`)];
    }

    function texts() {
        const all = (selector, what) => [...document.querySelectorAll(selector)].map(what);
        const named = ['aria-label', 'title', 'alt', 'placeholder', 'value'];
        return [
            document.title,
            document.body.innerText,
            ...all('details, svg title, svg desc, svg text, table', each => each.textContent),
            ...named.flatMap(name => all(`[${name}]:not([type=hidden], option, [type=radio], [type=checkbox])`,
                each => each.getAttribute(name))),
        ].join('\n');
    }

    const settled = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(shifts))));
    return {begin, ended, isAsSent, sideways, moving, chartsAlone, errors, texts, settled};
})();
