"""Portal pages of companies: forwardings, answers, cases, material of firms, everything to take away."""
