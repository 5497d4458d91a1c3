/**
 * The backend source {@code docker}: containers of Docker or Podman, selected by their labels.
 *
 * <p>The module exports nothing. The runtime finds the provider as a service.
 */
module io.apexproxy.source.docker {
    requires io.apexproxy.api;
    requires org.slf4j; // provided by the host; logs that there are no events
    requires com.fasterxml.jackson.core; // in plugins/apex-source-docker/; the parser of JSON
    requires com.fasterxml.jackson.jr.ob; // in plugins/apex-source-docker/; JSON as maps and lists

    provides io.apexproxy.api.source.BackendSourceProvider with
            io.apexproxy.source.docker.DockerProvider;
}
