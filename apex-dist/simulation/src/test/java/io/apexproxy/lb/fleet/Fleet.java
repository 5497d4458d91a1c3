package io.apexproxy.lb.fleet;

import io.apexproxy.api.Backend;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.testkit.FakeBackend;
import io.apexproxy.api.testkit.FakeConnection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Proxies that share {@link Workers}. Each connection is one request, which arrives at a random proxy.
 *
 * <p>Each proxy reports to its picker as the relay does.
 */
final class Fleet {

    /** Creates the load balancer of a proxy from a clock and a source of random numbers. */
    @FunctionalInterface
    interface Policy {
        LoadBalancer create(LongSupplier nanoTime, Random random);
    }

    /** Percentiles of the time from the arrival of a request to its answer, in milliseconds. */
    record Times(double median, double p99, double p999) {
    }

    private record Request(FakeBackend backend, BackendPicker picker, double arrival, double end) {
    }

    private static final FakeConnection CLIENT = FakeConnection.from("192.0.2.1");
    private static final double LOAD = 0.8;
    private static final double NANOS = TimeUnit.SECONDS.toNanos(40);
    /** Requests of the first seconds are not counted, because the backends begin idle. */
    private static final double WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(4);

    private final Workers workers;
    private final Random arrivals;
    private final Random draws;
    private final List<BackendPicker> pickers = new ArrayList<>();
    private final List<List<Backend>> backends = new ArrayList<>();
    private final Map<Backend, Integer> numbers = new HashMap<>();
    private final Queue<Request> open = new PriorityQueue<>(Comparator.comparingDouble(Request::end));
    private double now;

    private Fleet(long seed, int proxies, int slowBackends, Policy policy) {
        workers = new Workers(seed, slowBackends, NANOS);
        arrivals = new Random(seed + 2);
        draws = new Random(seed + 3);
        for (int proxy = 0; proxy < proxies; proxy++) {
            List<Backend> own = new ArrayList<>();
            for (int i = 0; i < Workers.BACKENDS; i++) {
                Backend backend = FakeBackend.of("backend" + i);
                numbers.put(backend, i);
                own.add(backend);
            }
            backends.add(own);
            pickers.add(policy.create(() -> (long) now, draws).over(own));
        }
    }

    /** Runs a fleet, in virtual time. The same arguments have the same result. */
    static Times run(long seed, int proxies, int slowBackends, Policy policy) {
        return new Fleet(seed, proxies, slowBackends, policy).run();
    }

    private Times run() {
        double rate = LOAD * workers.capacity();
        double[] times = new double[(int) (2 * rate * NANOS)];
        int count = 0;
        double arrival = Workers.exponential(arrivals) / rate;
        while (arrival < NANOS) {
            endUntil(arrival);
            now = arrival;
            BackendPicker picker = pickers.get(arrivals.nextInt(pickers.size()));
            FakeBackend backend = (FakeBackend) picker.pick(CLIENT);
            backend.open();
            picker.connected(backend, CLIENT, 0);
            double end = workers.serve(numbers.get(backend), now);
            open.add(new Request(backend, picker, now, end));
            if (now > WARM_UP_NANOS) {
                times[count++] = (end - now) / TimeUnit.MILLISECONDS.toNanos(1);
            }
            arrival += Workers.exponential(arrivals) / rate;
        }
        Arrays.sort(times, 0, count);
        return new Times(times[count / 2], times[(int) (count * 0.99)], times[(int) (count * 0.999)]);
    }

    private void endUntil(double time) {
        while (!open.isEmpty() && open.element().end() <= time) {
            Request request = open.remove();
            now = request.end();
            long nanos = (long) (request.end() - request.arrival());
            request.picker().firstByte(request.backend(), CLIENT, nanos);
            request.backend().connections(request.backend().activeConnections() - 1);
            request.picker().closed(request.backend(), CLIENT, nanos, 1, 1);
        }
    }
}
