package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.DistributionFixture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A test of the status page with thousands of backends. The ceilings are far above what an idle machine needs. */
@DisabledOnOs(OS.WINDOWS)
class StatusPageScaleIT extends DistributionFixture {

    private static final int BACKENDS = 5_000;
    private static final String ROWS = "document.querySelectorAll('#pools tbody tr').length";
    private static final String SHOW_MILLIS = """
            (() => {
              const start = performance.now();
              show();
              document.body.getBoundingClientRect(); // performs the layout
              return performance.now() - start;
            })()""";

    @Test
    void fiveThousandBackendsAreShownFilteredAndSorted() {
        assumeTrue(Browser.isInstalled(), "skipped: there is no chromium and chromedriver on the PATH");
        apex.configure(config());
        try (ApexProcess proxy = apex.start(); Browser browser = startedFor(proxy)) {
            await().atMost(ApexProcess.PATIENCE).until(() -> browser.text().contains("5,000 of 5,000 up"));
            assertThat(browser.evaluate(ROWS)).isEqualTo("100");
            assertThat(Double.parseDouble(browser.evaluate(SHOW_MILLIS))).isLessThan(2_000);
            assertThat(Integer.parseInt(browser.evaluate("JSON.stringify(now).length"))).isLessThan(5_000_000);

            browser.evaluate("document.querySelector('#pools .more').click()");
            assertThat(browser.evaluate(ROWS)).isEqualTo("5000");
            assertThat(Double.parseDouble(browser.evaluate(SHOW_MILLIS))).isLessThan(10_000);

            browser.evaluate("document.querySelector('#pools th button').click()");
            browser.evaluate("document.querySelector('#pools th button').click()");
            assertThat(first(browser)).isEqualTo("backend-4999");

            browser.evaluate("(document.getElementById('filter').value = 'backend-777',"
                    + " document.getElementById('filter').dispatchEvent(new Event('input')))");
            assertThat(browser.evaluate(ROWS)).isEqualTo("1");
            assertThat(first(browser)).isEqualTo("backend-777");
            assertThat(browser.consoleMessages()).isEqualTo("{\"value\":[]}");
        }
    }

    private Browser startedFor(ApexProcess proxy) {
        proxy.port();
        Browser browser = Browser.start(directory);
        browser.open(Admin.of(proxy).address());
        return browser;
    }

    private static String first(Browser browser) {
        return browser.evaluate("document.querySelector('#pools tbody tr').cells[0].firstChild.textContent");
    }

    private static String config() {
        return """
                [admin]
                listen_addr = "127.0.0.1:0"
                [listeners.web]
                listen_addr = "127.0.0.1:0"
                pool = "web"
                [pools.web]
                health_check = "none"
                backends = [%s]
                """.formatted(IntStream.range(0, BACKENDS)
                .mapToObj(index -> "{ address = \"127.1.%d.%d:9\", name = \"backend-%d\" }".formatted(index / 250,
                        index % 250,
                        index))
                .collect(Collectors.joining(", ")));
    }
}
