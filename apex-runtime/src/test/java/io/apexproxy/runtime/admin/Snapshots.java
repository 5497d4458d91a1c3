package io.apexproxy.runtime.admin;

import io.apexproxy.runtime.snapshot.AccessView;
import io.apexproxy.runtime.snapshot.RateHistory;
import io.apexproxy.runtime.snapshot.RatesView;
import io.apexproxy.runtime.snapshot.RatesView.Component;
import io.apexproxy.runtime.snapshot.RatesView.Rates;
import io.apexproxy.runtime.snapshot.RotationView;
import io.apexproxy.runtime.snapshot.RoutingView;
import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.runtime.snapshot.Snapshot.BackendView;
import io.apexproxy.runtime.snapshot.Snapshot.EndedView;
import io.apexproxy.runtime.snapshot.Snapshot.HistogramView;
import io.apexproxy.runtime.snapshot.Snapshot.LimitView;
import io.apexproxy.runtime.snapshot.Snapshot.ListenerView;
import io.apexproxy.runtime.snapshot.Snapshot.LoopView;
import io.apexproxy.runtime.snapshot.Snapshot.Phase;
import io.apexproxy.runtime.snapshot.Snapshot.PluginView;
import io.apexproxy.runtime.snapshot.Snapshot.PoolView;
import io.apexproxy.runtime.snapshot.Snapshot.QueueView;
import io.apexproxy.runtime.snapshot.Snapshot.ProbesView;
import io.apexproxy.runtime.snapshot.Snapshot.Readiness;
import io.apexproxy.runtime.snapshot.Snapshot.ReloadView;
import io.apexproxy.runtime.snapshot.Snapshot.RemovedView;
import io.apexproxy.runtime.snapshot.Snapshot.SizesView;
import io.apexproxy.runtime.snapshot.SourceView;
import io.apexproxy.runtime.snapshot.TlsView;
import io.apexproxy.runtime.snapshot.TlsView.CertificateView;
import io.apexproxy.runtime.snapshot.TlsView.HandshakesView;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Snapshots of a sample proxy. */
final class Snapshots {

    static final Instant STARTED = Instant.parse("2026-03-01T10:00:00Z");

    private Snapshots() {
    }

    static Snapshot with(BackendView... backends) {
        return with(new Readiness(Phase.SERVING, ""), new ReloadView(3, 0, STARTED, ""), backends);
    }

    static Snapshot with(Readiness readiness, ReloadView reload, BackendView... backends) {
        return with(readiness, reload, new TlsView(List.of(
                new CertificateView("web", "", "a.example", List.of("a.example", "*.b.example"),
                        Optional.of(STARTED.plusSeconds(1_000)), ""),
                new CertificateView("", "app", "ca.pem", List.of(), Optional.empty(), "")),
                List.of("app"),
                List.of(new HandshakesView("web", Map.of("full", 3L, "resumed", 2L, "failed", 1L),
                        new HistogramView(List.of(1_000_000L), List.of(4L, 1L), 2_500_000)))),
                backends);
    }

    static Snapshot with(TlsView tls) {
        return with(new Readiness(Phase.SERVING, ""), new ReloadView(3, 0, STARTED, ""), tls, up("one"));
    }

    private static Snapshot with(Readiness readiness, ReloadView reload, TlsView tls, BackendView... backends) {
        return new Snapshot("0.1.0", "select", STARTED, STARTED.plusSeconds(90), Duration.ofSeconds(91), readiness,
                reload,
                List.of(new ListenerView("web", List.of(address("127.0.0.1", 8081)), "app", 2, 7, 1, 9, 3,
                        new HistogramView(List.of(1_000_000L), List.of(3L, 1L), 5_000_000_000L),
                        new AccessView(Map.of("denied", 5L), 6, 8, 11),
                        new RoutingView(List.of("app"), Map.of("0", 21L)))),
                List.of(new PoolView("app", Arrays.asList(backends),
                        new QueueView(3, new HistogramView(List.of(1_000_000L), List.of(2L, 1L), 1_500_000_000L)),
                        Optional.of(new SourceView("finder", 2, 1, Optional.of(Instant.parse("2026-01-02T03:04:05.6Z")),
                                false,
                                "", Map.of("failed", 7L))))),
                List.of(new PluginView("load balancer", "round-robin", "io.apexproxy.lb.roundrobin@0.1.0", "built-in",
                        true, "in turn")),
                List.of(loop(0), loop(1)), 2, 56, Map.of("client-closed", 4L, "no-backend", 0L),
                List.of(new EndedView("web", "app", "client-closed", 4)),
                List.of(new LimitView("total", "", 2, 100, 0, false), new LimitView("listener", "web", 9, 9, 3, true)),
                List.of(new RemovedView("app", "old", address("10.0.0.9", 9000), 13),
                        new RemovedView("app", "old", address("10.0.0.8", 9000), 4)),
                4096, 1_048_576, 12, 34, new ProbesView(3, 128, 7), tls, rates());
    }

    private static RatesView rates() {
        RateHistory history = RateHistory.EMPTY.plus(new Rates(1, 2, 3, 4)).plus(new Rates(5.04, 1_000_000.26, 7, 8));
        return new RatesView(new Component(new Rates(9, 10, 11, 12), history),
                Map.of("web", new Component(new Rates(13.25, 0, 0, 14), history)),
                Map.of("app", new Component(new Rates(15, 16, 17, 18), RateHistory.EMPTY)),
                Map.of("app", Map.of("one", new Rates(19, 20, 21, 0.04))));
    }

    /** Returns a loop whose values are distinct, and differ from those of other loops. */
    private static LoopView loop(int index) {
        return new LoopView(index, 10 + index, new HistogramView(List.of(20_000L), List.of(5L, 1L), 3_000_000L),
                new HistogramView(List.of(20_000L), List.of(7L, 2L), 4_000_000L),
                new SizesView(List.of(4096L, 16_384L), List.of(1L, 0L, 2L), 70_000), 20 + index, 30 + index,
                60 + index, 70 + index, Map.of(1024, 40L + index, 16_384, 50L + index));
    }

    /** Returns a healthy backend whose values are distinct. */
    static BackendView up(String name) {
        return new BackendView(name, address("10.0.0.1", 9000), 3, "up", "", STARTED, 5, 6, 8, 100, 2000,
                new HistogramView(List.of(1_000_000L, 500_000_000L), List.of(4L, 1L, 1L), 2_500_000_000L),
                new HistogramView(List.of(1_000_000L, 500_000_000L), List.of(0L, 9L, 0L), 90_000_000L), 50,
                new RotationView(true, Duration.ofSeconds(12), 13, 2, 3));
    }

    static BackendView down(String name, String reason) {
        HistogramView none = new HistogramView(List.of(1_000_000L), List.of(0L, 0L), 0);
        return new BackendView(name, address("10.0.0.2", 9000), 1, "down", reason, STARTED, 0, 0, 0, 0, 0, none, none,
                0, RotationView.PLAIN);
    }

    /** Returns a healthy backend with weight 0. */
    static BackendView drain(String name) {
        HistogramView none = new HistogramView(List.of(1_000_000L), List.of(0L, 0L), 0);
        return new BackendView(name, address("10.0.0.3", 9000), 0, "drain", "", STARTED, 7, 0, 0, 0, 0, none, none, 0,
                RotationView.PLAIN);
    }

    private static InetSocketAddress address(String host, int port) {
        return InetSocketAddress.createUnresolved(host, port);
    }
}
