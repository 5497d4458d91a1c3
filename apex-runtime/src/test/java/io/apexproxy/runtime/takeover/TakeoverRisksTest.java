package io.apexproxy.runtime.takeover;

import static org.assertj.core.api.Assertions.assertThat;

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
}
