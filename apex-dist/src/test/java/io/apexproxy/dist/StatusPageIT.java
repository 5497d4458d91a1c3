package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Tests of an open status page in a browser. */
@DisabledOnOs(OS.WINDOWS)
class StatusPageIT extends DistributionFixture {

    private HttpBackend one;
    private HttpBackend two;
    private ApexProcess proxy;
    private Browser browser;

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

    @Test
    void openPageShowsBackendStateChanges() {
        awaitText("Pool web");
        awaitText("2 of 2 up");
        assertThat(state("two")).startsWith("● up");

        two.stop();
        await().atMost(ApexProcess.PATIENCE).until(() -> state("two").startsWith("▲ down"));
        assertThat(state("two")).contains("refused");
        assertThat(state("one")).startsWith("● up");
        awaitText("1 of 2 up");
        awaitText("▲ degraded");
        assertThat(title()).isEqualTo("▲ Apex degraded");
        one.stop();
        awaitText("▼ down");
        assertThat(title()).isEqualTo("▼ Apex down");
        one.start();

        two.start();
        await().atMost(ApexProcess.PATIENCE).until(() -> state("two").startsWith("● up"));
        awaitText("2 of 2 up");
        awaitText("● serving");
        assertThat(title()).isEqualTo("● Apex serving");
        assertThat(browser.consoleMessages()).isEqualTo("{\"value\":[]}");
    }

    @Test
    void pageShowsConnectionCounts() {
        for (int connection = 0; connection < 4; connection++) {
            assertThat(Http.get(proxy.port())).isPresent();
        }

        await().atMost(ApexProcess.PATIENCE).until(() -> browser.evaluate("[...document.querySelectorAll("
                + "'#listeners td[data-label=Accepted]')].map(cell => cell.innerText)").equals("4"));
        awaitText("client-closed");
    }

    @Test
    void errorOfARejectedConfigurationIsEscaped() {
        apex.configure(config("\"<img src=x onerror=alert(1)>\" = 1\n"));

        awaitText("The last change of the configuration was rejected.");
        awaitText("<img src=x onerror=alert(1)>");
        assertThat(browser.evaluate("document.images.length")).isEqualTo("0");

        apex.configure(config("drain_timeout = \"1s\"\n"));
        await().atMost(ApexProcess.PATIENCE).until(
                () -> !browser.text().contains("The last change of the configuration was rejected."));
    }

    @Test
    void pageKeepsTheLastStateWhenTheProxyIsUnreachable() {
        proxy.close();

        awaitText("The proxy does not respond");
        awaitText("The data on this page is from");
        awaitText("Pool web");
        awaitText("○ no contact");
        assertThat(title()).isEqualTo("○ Apex no contact");
        assertThat(browser.evaluate("document.getElementById('phase').className")).isEqualTo("pill no-contact");
        assertThat(browser.evaluate("document.body.className")).isEqualTo("stale");
        assertThat(opacity("lost")).isEqualTo("1");
        assertThat(opacity("pools")).isNotEqualTo("1");
    }

    @Test
    void problemsAreShownFirst() {
        replaceStatus("""
                status.health = 'degraded';
                status.problem_count = 120;
                status.problems = [{ subject: 'listener web', text: '<b>at its limit</b>' },
                  { subject: 'pool web', text: 'two is down' }];""");

        awaitText("▲ degraded");
        awaitText("listener web: <b>at its limit</b>");
        awaitText("pool web: two is down");
        awaitText("Problems (120)");
        awaitText("and 118 more");
        assertThat(title()).isEqualTo("▲ Apex degraded");
        assertThat(browser.text().indexOf("Problems")).isLessThan(browser.text().indexOf("Open connections"));
        assertThat(browser.evaluate("document.getElementById('icon').href")).contains("circle");

        replaceStatus("status.health = 'serving'; status.problem_count = 0; status.problems = [];");
        awaitText("● serving");
        assertThat(browser.text()).doesNotContain("Problems", "more");
        assertThat(browser.evaluate("document.getElementById('icon').href")).doesNotContain("circle");
        assertThat(browser.consoleMessages()).isEqualTo("{\"value\":[]}");
    }

    @Test
    void reasonDoesNotRepeatThePhase() {
        replaceStatus("status.phase = 'draining'; status.reason = 'draining: 1 connection left';");

        awaitText("▲ draining – 1 connection left");
        assertThat(title()).isEqualTo("▲ Apex draining");
    }

    /** Makes the page read a status that a JavaScript snippet has modified. */
    private void replaceStatus(String change) {
        browser.evaluate("""
                (window.realFetch ??= window.fetch, window.fetch = async (...what) => {
                  const status = await (await window.realFetch(...what)).json();
                  %s
                  return { ok: true, json: async () => status };
                }, 1)""".formatted(change));
    }

    private String title() {
        return browser.evaluate("document.title");
    }

    private String opacity(String element) {
        return browser.evaluate("getComputedStyle(document.getElementById('" + element + "')).opacity");
    }

    @Test
    void tablesHaveHeadingsOnNarrowScreens() {
        assertThat(browser.evaluate("[...document.querySelectorAll('table')].every(table => table.caption.textContent"
                + " && table.querySelector('th[scope=col]') && table.getAttribute('role') === 'table')"))
                .isEqualTo("true");
        assertThat(browser.evaluate("document.documentElement.lang")).isEqualTo("en");
    }

    private void awaitText(String text) {
        await().atMost(ApexProcess.PATIENCE).untilAsserted(() -> assertThat(browser.text()).contains(text));
    }

    /** Returns the state of a backend in the table. */
    private String state(String backend) {
        return browser.evaluate("[...document.querySelectorAll('#pools tbody tr')]"
                + ".find(row => row.cells[0].firstChild.textContent === '" + backend + "').cells[1].innerText");
    }

    private String config(String settings) {
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
