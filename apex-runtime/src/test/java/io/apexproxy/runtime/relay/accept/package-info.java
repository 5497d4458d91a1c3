/** Tests of what is accepted, admitted and held. */
package io.apexproxy.runtime.relay.accept;
