package io.apexproxy.bench.hostile;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.source.BackendSource;
import io.apexproxy.api.source.BackendSourceProvider;
import io.apexproxy.api.source.FoundBackend;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A backend source that throws, hangs, finds too much, or reports changes all the time. */
public final class HostileSourcing implements BackendSourceProvider {

    private static final int TOO_MANY = 60_000;
    private static final int CHANGES = 1_000; // reports in a row

    @Override
    public String name() {
        return "hostile";
    }

    @Override
    public BackendSource create(Settings settings, PluginContext context) {
        return new BackendSource() {
            @Override
            public Answer find() {
                return switch (Misdeeds.any(6)) {
                    case 0 -> Misdeeds.fail();
                    case 1 -> null;
                    case 2 -> Misdeeds.hang();
                    case 3 -> Answer.of(IntStream.range(0, TOO_MANY).mapToObj(HostileSourcing::backend).toList());
                    case 4 -> Answer.of(List.of(FoundBackend.of("127.0.0.1:9")
                            .withName(Misdeeds.text()).withAttributes(Map.of(Misdeeds.text(), Misdeeds.text()))));
                    default -> Answer.of(List.of(backend(0)), Duration.ZERO);
                };
            }

            @Override
            public void watch(Runnable changed) {
                for (int i = 0; i < CHANGES; i++) {
                    changed.run();
                }
                Misdeeds.fail();
            }
        };
    }

    private static FoundBackend backend(int number) {
        return FoundBackend.of("127.1.0." + number % 250 + ":" + (1 + number % 1_000));
    }
}
