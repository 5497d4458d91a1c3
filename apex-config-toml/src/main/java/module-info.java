/**
 * The configuration source {@code toml}: a watched file in TOML 1.1, which includes TOML 1.0.
 *
 * <p>The runtime uses it for {@code config.toml} itself and for {@code [config_source] provider = "toml"}. The module
 * exports nothing. The runtime finds the provider as a service.
 */
module io.apexproxy.config.toml {
    requires io.apexproxy.api;
    requires org.slf4j; // warns when file events are unavailable
    requires org.tomlj; // automatic module; no other module requires it

    provides io.apexproxy.api.config.ConfigSourceProvider with
            io.apexproxy.config.toml.TomlProvider;
}
