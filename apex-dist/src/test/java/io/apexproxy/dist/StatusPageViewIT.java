package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Http;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of what a user can see and change on the status page: rates, filter, order, keys, colors and sizes. */
class StatusPageViewIT extends StatusPageFixture {

    /** Code points of the WebDriver protocol. */
    private static final String ENTER = "\uE007";
    private static final String ESCAPE = "\uE00C";
    private static final String RIGHT = "\uE014";

    private static final String BACKENDS =
            "[...document.querySelectorAll('#pools tbody tr')].map(row => row.cells[0].firstChild.textContent)";

    @Test
    void ratesAndCurvesFollowTheTraffic() {
        await().atMost(ApexProcess.PATIENCE).until(() -> {
            assertThat(Http.get(proxy.port())).isPresent();
            return figure("New connections/s").matches("\\d+\\.\\d") && figure("To clients").matches("[1-9].*B/s")
                    && browser.evaluate("document.querySelectorAll('#pools polyline[points]:not([points=\"\"])').length"
                            + " + document.querySelectorAll('#listeners polyline[points*=\" \"]').length")
                            .equals("6"); // four of the pool, two of the listener, the latter with two intervals
        });

        assertThat(browser.consoleMessages()).isEqualTo("{\"value\":[]}");
    }

    @Test
    void filterAndOrderSurviveUpdatesAndARefresh() {
        browser.press("/");
        "two".chars().forEach(letter -> browser.press(Character.toString(letter)));
        await().atMost(ApexProcess.PATIENCE).until(() -> browser.evaluate(BACKENDS).equals("two"));
        awaitNextUpdate();
        assertThat(browser.evaluate(BACKENDS)).isEqualTo("two");
        assertThat(browser.evaluate("location.hash")).isEqualTo("#filter=two");

        browser.evaluate("location.reload()");
        awaitText("● serving");
        assertThat(browser.evaluate(BACKENDS)).isEqualTo("two");
        assertThat(browser.evaluate("document.getElementById('filter').value")).isEqualTo("two");

        browser.press("/");
        browser.press(ESCAPE);
        assertThat(browser.evaluate(BACKENDS)).isEqualTo("one,two");

        browser.evaluate("document.querySelector('#pools th button').focus()");
        browser.press(ENTER);
        assertThat(browser.evaluate("document.querySelector('#pools th').ariaSort")).isEqualTo("ascending");
        browser.press(ENTER);
        assertThat(browser.evaluate(BACKENDS)).isEqualTo("two,one");
        awaitNextUpdate();
        browser.evaluate("location.reload()");
        awaitText("● serving");
        assertThat(browser.evaluate(BACKENDS)).isEqualTo("two,one");
        assertThat(browser.evaluate("document.querySelector('#pools th').ariaSort")).isEqualTo("descending");
        assertThat(browser.evaluate("location.hash")).isEqualTo("#backends=-name");
    }

    @Test
    void filterWithoutAMatchIsExplained() {
        browser.open(Admin.of(proxy).address() + "#filter=%3Cimg+src%3Dx%3E");

        awaitText("No row contains all words of the filter.");
        assertThat(browser.evaluate("document.images.length")).isEqualTo("0");
    }

    @Test
    void keysMoveTheFocusAndShowTheHelp() {
        browser.evaluate("document.querySelector('#listeners th button').focus()");
        browser.press(RIGHT);
        assertThat(browser.evaluate("document.activeElement.textContent")).isEqualTo("Pools");
        assertThat(browser.evaluate("getComputedStyle(document.activeElement).outlineStyle")).isEqualTo("solid");

        browser.press("?");
        assertThat(browser.evaluate("document.getElementById('help').open")).isEqualTo("true");
        browser.press(ESCAPE);
        assertThat(browser.evaluate("document.getElementById('help').open")).isEqualTo("false");
    }

    @Test
    void hiddenPageMakesNoRequests() {
        browser.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })");
        browser.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
        await().atMost(ApexProcess.PATIENCE)
                .until(() -> browser.evaluate("document.getElementById('contact').textContent").equals("paused"));

        browser.evaluate("Object.defineProperty(document, 'hidden', { value: false })");
        browser.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
        awaitNextUpdate();
        awaitText("updated every 2 s");
    }

    @Test
    void drainShowsItsProgress() {
        try (Http.Connection open = Http.Connection.to(proxy.port())) {
            assertThat(open.get()).isNotEmpty();
            proxy.signal("TERM");
            awaitText("Draining: 1 of 1 connections left");
            assertThat(title()).isEqualTo("▲ Apex draining");
        }
    }

    @Test
    void optionalMembersOfBackendsAreShown() {
        replaceStatus("""
                status.pools[0].queue = 3;
                const [one, two] = status.pools[0].backends;
                Object.assign(one, { state: 'maintenance', reason: '<b>disk</b>', connections: 2, backup: true });
                Object.assign(two, { slow_start: 75, last_change: status.time });
                status.removed_backends = [{ pool: 'web', name: 'old', address: '10.0.0.1:80', connections: 7 }];""");

        awaitText("■ maintenance");
        awaitText("<b>disk</b> · 2 connections left");
        awaitText("· backup");
        awaitText("slow start, 1 min left");
        awaitText("3 in the queue");
        awaitText("Removed backends");
        assertThat(browser.consoleMessages()).isEqualTo("{\"value\":[]}");
    }

    @ParameterizedTest
    @CsvSource({"light, 1366", "dark, 1366", "light, 360", "dark, 360"})
    void textHasContrastAndFitsIntoThePage(String scheme, int width) {
        two.stop();
        replaceStatus("status.pools[0].backends[0].name = 'a-long-name-without-spaces'.repeat(9);");
        browser.show(width, 800, scheme);
        awaitText("▲ degraded");
        awaitText("a-long-name-without-spacesa-long");

        assertThat(browser.evaluate("getComputedStyle(document.body).backgroundColor"))
                .isEqualTo(scheme.equals("dark") ? "rgb(18, 21, 26)" : "rgb(244, 245, 247)");
        assertThat(browser.evaluate("document.documentElement.scrollWidth <= innerWidth")).isEqualTo("true");
        assertThat(browser.evaluate(LOW_CONTRAST)).isEmpty();
        assertThat(browser.consoleMessages()).isEqualTo("{\"value\":[]}");
    }

    /** The texts whose contrast to their background is below 4.5, by the formula of WCAG 2. */
    private static final String LOW_CONTRAST = """
            (() => {
              const channels = color => color.match(/[\\d.]+/g).map(Number);
              const luminance = color => channels(color).slice(0, 3).map(value => value / 255)
                .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
                .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
              const background = node => {
                const color = getComputedStyle(node).backgroundColor;
                return channels(color)[3] === 0 ? background(node.parentElement) : color;
              };
              return [...document.querySelectorAll('body *')]
                .filter(node => node.checkVisibility() && [...node.childNodes].some(part => part.nodeType === 3
                  && part.textContent.trim()))
                .filter(node => {
                  const [low, high] = [getComputedStyle(node).color, background(node)].map(luminance)
                    .sort((one, other) => one - other);
                  return (high + 0.05) / (low + 0.05) < 4.5;
                })
                .map(node => node.tagName + ' ' + node.textContent).join();
            })()""";

    private String figure(String title) {
        return browser.evaluate("[...document.querySelectorAll('#figures div')].find(figure => "
                + "figure.firstChild.textContent === '" + title + "').children[1].textContent");
    }

    private void awaitNextUpdate() {
        String last = browser.evaluate("now.time");
        await().atMost(ApexProcess.PATIENCE).until(() -> !browser.evaluate("now.time").equals(last));
    }
}
