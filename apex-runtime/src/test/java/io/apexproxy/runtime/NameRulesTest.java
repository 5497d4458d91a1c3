package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.runtime.snapshot.Snapshot;
import java.io.IOException;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Backends that are configured by name. */
class NameRulesTest {

    private static final String SHORT_INTERVAL = "resolve_interval = \"100ms\"";

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer one = apex.server("one");
    @SuppressWarnings("UnusedVariable") // a server whose answers the tests read
    private final NamedServer two = apex.keep(NamedServer.start("two", "127.0.0.2", one.port()));
    private final String app = "app.test:" + one.port();

    @Test
    void eachAddressOfNameIsABackend() {
        apex.names.set("app.test", "127.0.0.1", "127.0.0.2");

        apex.startWithAll(WEB + pool("", app));

        assertThat(Set.copyOf(apex.ask(4))).containsExactlyInAnyOrder("one", "two");
        assertThat(apex.backends()).extracting(Snapshot.BackendView::name)
                .containsExactly(app + "/127.0.0.1", app + "/127.0.0.2");
    }

    @Test
    void resolveFirstUsesOneAddressAndKeepsItWhileTheNameHasIt() {
        apex.names.set("app.test", "127.0.0.1", "127.0.0.2");
        apex.start(WEB + pool(SHORT_INTERVAL + "\nresolve = \"first\"", app));
        assertThat(apex.ask(3)).containsOnly("one");

        apex.names.set("app.test", "127.0.0.2", "127.0.0.1");
        int before = apex.names.lookUps();
        await().until(() -> apex.names.lookUps() > before + 2);
        assertThat(apex.ask(3)).containsOnly("one");

        apex.names.set("app.test", "127.0.0.2");
        await().untilAsserted(() -> assertThat(apex.ask()).isEqualTo("two"));

        apex.names.set("app.test", "127.0.0.1", "127.0.0.2");
        apex.reload(WEB + pool(SHORT_INTERVAL, app));
        await().untilAsserted(() -> assertThat(Set.copyOf(apex.ask(2))).hasSize(2));
    }

    @Test
    void maxAddressesBoundsTheAddressesAndKeepsThoseInUse() {
        apex.names.set("app.test", "127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4");
        apex.start(WEB + pool(SHORT_INTERVAL + "\nmax_addresses = 2", app));
        assertThat(apex.backends()).extracting(Snapshot.BackendView::name)
                .containsExactly(app + "/127.0.0.1", app + "/127.0.0.2");
        assertThat(apex.log.count("WARN pools.web: app.test has 4 addresses: 2 are used, 2 are not; "
                + "raise max_addresses to use more")).isOne();

        apex.names.set("app.test", "127.0.0.4", "127.0.0.3", "127.0.0.2", "127.0.0.1");
        int before = apex.names.lookUps();
        await().until(() -> apex.names.lookUps() > before + 2);

        assertThat(apex.backends()).extracting(Snapshot.BackendView::name)
                .containsExactly(app + "/127.0.0.1", app + "/127.0.0.2");
        assertThat(apex.log.count("has 4 addresses")).isOne();
        apex.reload(WEB + pool(SHORT_INTERVAL + "\nmax_addresses = 3", app));
        await().until(() -> apex.backends().size() == 3);
    }

    @Test
    void logCountsAddressesOfLargeName() {
        String[] many = IntStream.rangeClosed(1, 5_000).mapToObj(i -> "127.1." + i / 256 + "." + i % 256)
                .toArray(String[]::new);
        apex.names.set("app.test", many);

        apex.start(WEB + pool("", app));

        assertThat(apex.backends()).hasSize(256);
        assertThat(apex.log.count("5000 addresses: 256 are used, 4744 are not")).isOne();
        assertThat(apex.log.count("and 4990 more")).isOne();
    }

    @Test
    void unresolvedNameIsDownUntilItResolves() {
        apex.start(WEB + pool(SHORT_INTERVAL, app));
        assertThat(apex.ask()).isEqualTo(Conversation.CLOSED);
        assertThat(apex.backends()).extracting(Snapshot.BackendView::reason)
                .containsExactly("its name does not resolve");

        apex.names.set("app.test", "127.0.0.1");

        await().untilAsserted(() -> assertThat(apex.ask()).isEqualTo("one"));
        assertThat(apex.log.count("app.test does not resolve")).isOne();
        assertThat(apex.log.count("Resolved app.test to [127.0.0.1]")).isOne();
    }

    @Test
    void tryAllOmitsUnresolvedName() {
        apex.health.down(one);
        apex.start(WEB + pool("when_all_down = \"try-all\"", app, one));

        assertThat(apex.ask(4)).containsOnly("one");
        assertThat(apex.proxy().snapshot().endings().get("internal-error")).isZero();
    }

    @Test
    void unresponsiveNameServerDelaysStartUntilTimeoutOnly() {
        apex.names.silence("app.test");

        apex.start(WEB + pool("", app));

        assertThat(apex.ask()).isEqualTo(Conversation.CLOSED);
        assertThat(apex.log.count("no answer within 5s")).isOne();
    }

    @Test
    void changeOfAddressesRefusesAndClosesNoConnection() throws IOException {
        apex.names.set("app.test", "127.0.0.1");
        apex.start(WEB + pool(SHORT_INTERVAL, app));
        try (Conversation open = apex.connect()) {
            assertThat(open.ask()).isEqualTo("one");

            apex.names.set("app.test", "127.0.0.2");

            await().untilAsserted(() -> {
                String served = apex.ask();
                assertThat(served).isNotEqualTo(Conversation.CLOSED);
                assertThat(served).isEqualTo("two");
            });
            assertThat(open.ask()).isEqualTo("one");
            assertThat(apex.ask(4)).containsOnly("two");
            assertThat(apex.proxy().snapshot().endings().get("no-backend")).isZero();
            assertThat(apex.log.count("Resolved app.test to [127.0.0.2]")).isOne();
        }
    }

    @Test
    void exceptionWithoutMessageIsLoggedByItsName() {
        apex.names.fail("app.test", new IllegalStateException());

        apex.start(WEB + pool("", app));

        assertThat(apex.log.count("app.test does not resolve: java.lang.IllegalStateException; the")).isOne();
    }

    @Test
    void lastAddressesAreKeptWhenNameNoLongerResolves() {
        apex.names.set("app.test", "127.0.0.1", "127.0.0.2");
        apex.startWithAll(WEB + pool(SHORT_INTERVAL, app));

        apex.names.forget("app.test");
        await().until(() -> apex.log.count("keeping its last addresses") == 1);

        assertThat(Set.copyOf(apex.ask(4))).hasSize(2);
        apex.names.set("app.test", "127.0.0.2");
        await().untilAsserted(() -> assertThat(apex.ask(2)).containsOnly("two"));
    }

    @Test
    void newOrderOfSameAddressesChangesNothing() {
        apex.names.set("app.test", "127.0.0.1", "127.0.0.2");
        apex.start(WEB + pool(SHORT_INTERVAL + "\nload_balancer = \"scripted\"", app));
        await().until(() -> apex.balancer.offered() == 2);
        apex.awaitOnly("one");
        int asked = apex.balancer.asked();

        apex.names.set("app.test", "127.0.0.2", "127.0.0.1");
        int before = apex.names.lookUps();
        await().until(() -> apex.names.lookUps() > before + 2);

        assertThat(apex.ask(3)).containsOnly("one");
        apex.reload(WEB + pool(SHORT_INTERVAL + "\nload_balancer = \"scripted\"\nconnect_attempts = 2", app));
        assertThat(apex.balancer.asked()).isEqualTo(asked);
    }

    @Test
    void addressWithUnknownZoneIsNotAnErrorAndGetsNoConnection() {
        apex.start(WEB + pool(one));

        apex.reload(WEB + pool("", "[fe80::1%nosuch]:9000", one));

        assertThat(apex.log.lines()).noneMatch(line -> line.startsWith("ERROR"));
        assertThat(apex.ask(2)).containsOnly("one");
    }
}
