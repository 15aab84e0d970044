"""The invented words of the synthetic sample: topics, hashtags, sentences by tone."""

TOPICS = {
    "bread": ["baking", "sourdough", "bread", "homebaker", "crust"],
    "cats": ["catsof", "kitten", "catlife", "purr", "whiskers"],
    "bikes": ["cycling", "bikelife", "repair", "commute", "twowheels"],
    "plants": ["houseplants", "greenhome", "monstera", "watering", "seedlings"],
    "tea": ["tea", "teatime", "milkfirst", "kettle", "cuppa"],
}
EVERYWHERE = ["fyp", "foryou", "today", "smallthings"]
PHRASES = {
    "hostile": [
        "What a {bad} thing to say about {topic}.",
        "You are {bad} and you know nothing about {topic}.",
        "Only {fools} would do that to {topic}.",
        "This is {bad}. Delete it and be ashamed.",
        "Another {bad} video by one of those {fools}.",
        "Shut up about {topic}, nobody believes your lies.",
        "How {bad} can one person be? Just stop.",
        "You {fools} make me sick with your {bad} ideas.",
    ],
    "neutral": [
        "Which {thing} do you use for {topic}?",
        "Is this the same {thing} as in the last video?",
        "Part two {when}?",
        "I saw a video on {topic} {when} too.",
        "My {relative} does it the other way round.",
        "What is the name of the {thing} at the start?",
        "Here because of the {thing}.",
        "Does it work with another {thing}?",
    ],
    "supportive": [
        "I love this, thank you for the {thing} tip.",
        "So {good}! My {relative} and I tried it {when}.",
        "This made my day, what a {good} idea.",
        "Please keep going, your videos on {topic} are {good}.",
        "Ignore the noise, this is {good}.",
        "Beautiful {thing}, well done.",
        "Thank you, {good} explanation of {topic}.",
        "You are doing a {good} job.",
    ],
}
WORDS = {
    "bad": ["stupid", "pathetic", "ridiculous", "idiotic", "disgusting", "dumb"],
    "fools": ["idiots", "fools", "clowns", "liars", "morons"],
    "good": ["lovely", "great", "wonderful", "kind", "brilliant", "calm"],
    "thing": ["cup", "pot", "lamp", "spoon", "shelf", "song"],
    "when": ["today", "tomorrow", "last week", "on Sunday", "this morning"],
    "relative": ["sister", "grandfather", "neighbour", "flatmate", "aunt"],
}
ENDINGS = {
    "hostile": ["", "", "", " 🙄", " Pathetic."],
    "neutral": ["", "", "", " 👀", " Just asking."],
    "supportive": ["", "", " ❤️", " 🥰", " More please!"],
}
