/** Tests of the accept stage: admission, held connections and socket files. */
package io.apexproxy.runtime.relay.accept;
