package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Http;
import org.junit.jupiter.api.Test;

/** Tests of an open status page in a browser. */
class StatusPageIT extends StatusPageFixture {

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
}
