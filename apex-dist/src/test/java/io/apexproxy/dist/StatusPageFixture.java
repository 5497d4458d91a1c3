package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.dist.harness.HttpBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The base class of tests of the status page in a browser, which shows a proxy with two backends. */
@DisabledOnOs(OS.WINDOWS)
abstract class StatusPageFixture extends DistributionFixture {

    HttpBackend one;
    HttpBackend two;
    ApexProcess proxy;
    Browser browser;

    @BeforeAll
    static void requireBrowser() {
        assumeTrue(Browser.isInstalled(), "skipped: there is no chromium and chromedriver on the PATH;"
                + " on Debian: apt-get install chromium chromium-driver");
    }

    @BeforeEach
    void openPage() {
        one = HttpBackend.started();
        two = HttpBackend.started();
        apex.configure(config(""));
        proxy = apex.start();
        proxy.port();
        browser = Browser.start(directory);
        browser.open(Admin.of(proxy).address());
        awaitText("● serving");
        assertThat(title()).isEqualTo("● Apex serving");
    }

    @AfterEach
    void stop() {
        browser.close();
        proxy.close();
        two.close();
        one.close();
    }

    String title() {
        return browser.evaluate("document.title");
    }

    /** Makes the page read a status that a JavaScript snippet has modified. */
    void replaceStatus(String change) {
        browser.evaluate("""
                (window.realFetch ??= window.fetch, window.fetch = async (...what) => {
                  const status = await (await window.realFetch(...what)).json();
                  %s
                  return { ok: true, json: async () => status };
                }, 1)""".formatted(change));
    }

    void awaitText(String text) {
        await().atMost(ApexProcess.PATIENCE).untilAsserted(() -> assertThat(browser.text()).contains(text));
    }

    /** Returns the state of a backend in the table. */
    String state(String backend) {
        return browser.evaluate("[...document.querySelectorAll('#pools tbody tr')]"
                + ".find(row => row.cells[0].firstChild.textContent === '" + backend + "').cells[1].innerText");
    }

    String config(String settings) {
        return """
                %s
                [admin]
                listen_addr = "127.0.0.1:0"
                [listeners.web]
                listen_addr = "127.0.0.1:0"
                pool = "web"
                [pools.web]
                backends = [{ address = "%s", name = "one" }, { address = "%s", name = "two" }]
                health_check = { interval = "200ms" }
                """.formatted(settings, one.address(), two.address());
    }
}
