package io.apexproxy.runtime.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.LogCapture;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TakeoverRisksTest {

    @Test
    void serviceIsTheLastPartOfTheControlGroup() {
        assertThat(TakeoverRisks.unit("0::/system.slice/apex.service\n")).hasValue("apex.service");
        assertThat(TakeoverRisks.unit("2:cpu:/\n1:name=systemd:/system.slice/apex@a.service\n"))
                .hasValue("apex@a.service");
        assertThat(TakeoverRisks.unit("0::/user.slice/user-1000.slice/user@1000.service/app.slice/term.scope\n"))
                .isEmpty();
        assertThat(TakeoverRisks.unit("0::/\n")).isEmpty();
    }

    @Test
    void processOfAnotherServiceOrWithoutNotificationIsReported() {
        try (var log = LogCapture.ofApex()) {
            TakeoverRisks.logService(17, "apex.service", Optional.of("apex.service"), true);
            assertThat(log.lines()).isEmpty();

            TakeoverRisks.logService(17, "apex.service", Optional.of("ssh.service"), true);
            TakeoverRisks.logService(17, "apex.service", Optional.empty(), true);
            assertThat(log.lines()).hasSize(2).allMatch(line -> line.startsWith("WARN takeover: process 17 is the main"
                    + " process of apex.service: ") && line.contains("this process does not belong to it"));

            TakeoverRisks.logService(17, "apex.service", Optional.of("apex.service"), false);
            assertThat(log.lines()).last().asString().contains("set NotifyAccess=all in the unit");
        }
    }
}
